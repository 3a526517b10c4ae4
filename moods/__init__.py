"""How music feels: features and words from open sources, a classifier, and what a listener says."""
