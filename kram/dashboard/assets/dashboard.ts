// Every page works without this file. With it pages change in place, photos show before they are
// sent, and what a person would have to do by hand is done for them.
import htmx from "htmx.org";
import { watchAccent } from "./enhance/accent";
import { announce } from "./enhance/announce";
import { wireCopying } from "./enhance/copy";
import { wireDrops } from "./enhance/drop";
import { moveFocus } from "./enhance/focus";
import { wireMenus } from "./enhance/menus";
import { wirePhotos } from "./enhance/photos";
import { wireQueue } from "./enhance/queue";
import { wireRows } from "./enhance/rows";
import { showCurrentTabs } from "./enhance/tabs";

htmx.config.includeIndicatorCSS = false;

function enhance(root: ParentNode): void {
  watchAccent(root);
  wireCopying(root);
  wireDrops(root);
  wirePhotos(root);
  wireRows(root);
  showCurrentTabs(root);
}

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail as { ctx: { select?: string } };
  enhance(document);
  announce();
  if (ctx.select === "#page") moveFocus();
});

wireMenus();
wireQueue();
enhance(document);
announce();
