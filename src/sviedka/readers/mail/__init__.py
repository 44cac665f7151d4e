"""Mail: single messages, mail boxes, what Outlook keeps."""
