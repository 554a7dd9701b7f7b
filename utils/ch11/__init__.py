"""What chapter 11 alone uses: CONTRIBUTING.md says what lies in which file."""
