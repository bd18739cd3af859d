"""What recognises each kind of private value: recognizers for Microsoft Presidio's registry, all for texts in normal form."""
