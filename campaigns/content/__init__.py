"""What the shop says: texts and scripts, written out. Pure; nothing here is sent without the gate."""
