"""What a province can say: frozen, validated objects; no database, no web."""
