"""A tiny Mini App on Telegram's own script, served on a port of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

SCRIPT = Path(__file__).parents[3] / "node_modules/@twa-dev/sdk/dist/telegram-web-apps.js"

PAGE = """<!doctype html>
<html lang="uk"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Квітка</title>
<style>
  body { margin: 0; padding: 16px; font: 16px/1.4 "Inter Variable", system-ui, sans-serif;
    background: var(--tg-theme-secondary-bg-color); color: var(--tg-theme-text-color); }
  h1 { font-size: 22px; margin: 4px 0 14px; }
  ul { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin: 0; padding: 0; }
  li { list-style: none; padding: 12px; border-radius: 16px;
    background: var(--tg-theme-section-bg-color); }
  li span { display: block; height: 96px; margin-bottom: 10px; border-radius: 12px;
    background: linear-gradient(135deg, #f9a8c4, #e0578b); }
  li:nth-child(2) span { background: linear-gradient(135deg, #ffd88a, #f0983a); }
  li:nth-child(3) span { background: linear-gradient(135deg, #b9e0a5, #58a65c); }
  li:nth-child(4) span { background: linear-gradient(135deg, #c3c8ff, #6d72d8); }
  small { color: var(--tg-theme-hint-color); }
  output { display: block; margin-top: 14px; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
<script src="/telegram-web-apps.js"></script>
<h1>Квіти за годину</h1>
<ul><li><span></span>Троянди<br><small>1 250 ₴</small></li>
<li><span></span>Тюльпани<br><small>640 ₴</small></li>
<li><span></span>Евкаліпт<br><small>320 ₴</small></li>
<li><span></span>Іриси<br><small>480 ₴</small></li></ul>
<output id="log"></output>
<script>
  const app = Telegram.WebApp;
  const say = (text) => { document.getElementById("log").textContent += text + "\\n"; };
  app.ready();
  say("user " + app.initDataUnsafe.user?.first_name);
  say("start " + (app.initDataUnsafe.start_param ?? "none"));
  say("scheme " + app.colorScheme);
  app.onEvent("themeChanged", () => say("scheme " + app.colorScheme));
  app.MainButton.setText("До кошика").show().onClick(() => {
    app.HapticFeedback.notificationOccurred("success");
    say("main pressed");
    app.BackButton.show();
    app.MainButton.showProgress();
    setTimeout(() => app.MainButton.hideProgress(), 300);
  });
  app.BackButton.onClick(() => { say("back pressed"); app.BackButton.hide(); });
</script>
</html>
"""


@asynccontextmanager
async def mini_app(port: int) -> AsyncIterator[str]:
    """Serves the app; yields its address."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def script(_: web.Request) -> web.FileResponse:
        return web.FileResponse(SCRIPT)

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/telegram-web-apps.js", script)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()
