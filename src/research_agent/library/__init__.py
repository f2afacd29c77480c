"""Library: the user's own documents: folders that are kept in step, passages, an index of words and meaning."""
