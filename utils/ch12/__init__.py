"""What chapter 12 alone uses: CONTRIBUTING.md says what lies in which file."""
