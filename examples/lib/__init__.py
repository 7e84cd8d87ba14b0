"""What the example generators share: flow documents, the rules they keep, world files."""
