"""Files of evidence: kept by their content, looked into before they are kept, never lost."""
