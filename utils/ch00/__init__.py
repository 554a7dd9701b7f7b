"""What chapter 00 alone uses: CONTRIBUTING.md says what lies in which file."""
