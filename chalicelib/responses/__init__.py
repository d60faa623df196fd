"""From a raw submission to validated, packed and sealed answers with a receipt."""
