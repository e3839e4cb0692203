"""What points and vouchers are worth, and when: plain values in, plain values out."""
