"""Tỉnh Tiền Giang: a province made of data files."""
