"""Tỉnh An Giang: a province made of data files."""
