"""Live capture of public pages: what was asked, what came back, and a WARC of both."""
