"""The register of needs: reported, checked, voted on, put in order, worked on, solved or answered with a reason."""
