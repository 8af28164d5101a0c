/** Live news from the server for all phones on the page, over one connection. */

import type { News } from "./types";

/** Follows the news of these people until the returned function is called. */
export function follow(
  people: number[],
  onNews: (news: News) => void,
  onLost: (isLost: boolean) => void,
): () => void {
  const source = new EventSource(`/_control/events?people=${people.join(",")}`);
  source.addEventListener("news", (event) => {
    onNews(JSON.parse((event as MessageEvent<string>).data) as News);
  });
  source.addEventListener("open", () => onLost(false));
  source.addEventListener("error", () => onLost(true));
  return () => source.close();
}
