"""What chapter 05 alone uses: CONTRIBUTING.md says what lies in which file."""
