// Each block gets a button that copies it. Without this the text is marked and copied by hand.

const told = document.getElementById("copied");

for (const block of document.querySelectorAll(".app-paste")) {
  const title = block.querySelector("h2");
  const text = block.querySelector("pre");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary govuk-!-margin-bottom-0";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${title.textContent}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
      told.textContent = `Copied: ${title.textContent}`;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(text);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      button.textContent = "Marked: press Ctrl and C";
      told.textContent = `Marked, to be copied: ${title.textContent}`;
    }
  });
  title.parentElement.append(button);
}
