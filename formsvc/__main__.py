"""`python -m formsvc` is `formsvc`."""

from formsvc.cli import main

main(prog_name="formsvc")
