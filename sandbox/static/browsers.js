// Browsers and what they show, beside the phones and the mail.
"use strict";

let shownNow = "";

function notification(one) {
  const actions = [
    one.clicked ? "clicked" : element("button", { type: "button", className: "quiet", textContent: "Click",
      onclick: () => { follow(one.link || ""); tell(`/push/notifications/${one.id}/click`, {}); } }),
  ];
  const title = element("strong", { textContent: one.problem ? "Nothing is shown" : one.title });
  const text = element("p", {}, ...linked(one.problem || one.text));
  const leads = one.link ? element("p", {}, ...linked(one.link)) : "";
  const times = one.pushes > 1 ? ` · pushed ${one.pushes} times` : "";
  const meta = element("span", { className: "meta" }, `to ${one.owner} · ${clock(one)}${times} `, ...actions);
  return element("li", { className: "bubble push" }, title, text, leads, meta);
}

async function drawBrowsers() {
  try {
    const [browsers, notifications] = await Promise.all(["/push/browsers", "/push/notifications"].map(async (path) =>
      (await fetch(path)).text()));
    if (browsers + notifications === shownNow) return;
    shownNow = browsers + notifications;
    const open = JSON.parse(browsers).filter((one) => !one.gone);
    $("browsers-title").textContent = `Browsers (${open.length})`;
    $("browsers").hidden = !JSON.parse(browsers).length;
    $("notifications").replaceChildren(...JSON.parse(notifications).reverse().map(notification));
  } catch { /* page.js says that the sandbox does not answer */ }
}

(async () => { for (;;) { await drawBrowsers(); await new Promise((done) => { setTimeout(done, INTERVAL); }); } })();
