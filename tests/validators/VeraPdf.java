import java.io.File;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Arguments: profiles joined by commas, then files. Prints one tab-separated line for each finding. */
public class VeraPdf {
    public static void main(String[] arguments) {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        for (int number = 1; number < arguments.length; number++) {
            for (String profile : arguments[0].split(",")) {
                PDFAFlavour flavour = PDFAFlavour.byFlavourId(profile);
                try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(arguments[number]), flavour);
                        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                    ValidationResult result = validator.validate(parser);
                    say(number, profile, result.isCompliant() ? "compliant" : "broken", "", "");
                    for (TestAssertion assertion : result.getTestAssertions()) {
                        String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                        say(number, profile, "rule", rule, assertion.getMessage());
                    }
                } catch (Exception | StackOverflowError problem) {
                    say(number, profile, "unreadable", problem.getClass().getSimpleName(), problem.getMessage());
                }
            }
        }
    }

    private static void say(int number, String profile, String what, String rule, String words) {
        String flat = words == null ? "" : words.replaceAll("\\s+", " ");
        System.out.println(String.join("\t", "formsvc", String.valueOf(number - 1), profile, what, rule, flat));
    }
}
