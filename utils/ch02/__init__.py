"""What chapter 02 alone uses: CONTRIBUTING.md says what lies in which file."""
