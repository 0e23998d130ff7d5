"""Pure rules of awards: who may be honoured and why, and how the places are filled."""
