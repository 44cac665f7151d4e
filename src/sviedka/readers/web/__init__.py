"""Web archives: WARC and ARC files, and WACZ packages of them."""
