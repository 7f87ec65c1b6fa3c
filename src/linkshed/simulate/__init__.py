"""Questions about links that do not exist yet, and where equity would come from without others."""
