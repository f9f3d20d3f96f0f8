"""What is wrong with a journey, or looks like it: as a whole, among others, and with the words that it sends."""
