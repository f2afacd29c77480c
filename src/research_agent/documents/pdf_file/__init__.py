"""PDF files of the user: their text with pages, headings and tables, pictures of their pages, and scans."""
