"""Web search: engines that know where pages are, one file each, behind the `WebSearch` protocol."""
