"""The instructor's side: `nnbook assign` makes an assignment of a chapter, `nnbook grade` grades what comes back."""
