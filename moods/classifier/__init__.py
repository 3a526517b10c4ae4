"""The mood classifier: plain values in, calibrated moods out, no Django anywhere."""
