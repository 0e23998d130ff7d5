"""Tỉnh Mẫu: an invented province from outside the repository."""
