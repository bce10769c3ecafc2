// Behaviour of every page. Each module listens on document, so swapped-in content needs no start-up.
import "./dialog.js";
import "./confirm.js";
import "./toast.js";
import "./guard.js";
import "./copy.js";
import "./theme.js";
import "./keys.js";
import "./palette.js";
import "./charttip.js";
import "./select.js";
import "./drop.js";
import "./search.js";
import "./bulk.js";
import "./columns.js";
import "./upload.js";
