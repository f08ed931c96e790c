"""Turns templates of other platforms into drafts of ours: texts in, drafts out."""
