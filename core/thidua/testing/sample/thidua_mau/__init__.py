"""Tỉnh Mẫu."""
