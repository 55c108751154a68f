// The program of the pages at /docs: the reader's theme, buttons that copy, and the consoles. No library, no build.
"use strict";

try {
  const theme = localStorage.getItem("confab.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Where nothing is kept the system's theme holds.
}

/** How many frames a console shows; older ones go. */
const SHOWN = 200;

/** What to say, in the reader's language: the page brings it along. */
const words = () => document.body.dataset;

document.addEventListener("DOMContentLoaded", () => {
  for (const block of document.querySelectorAll("pre")) addCopyButton(block, () => block.textContent);
  for (const line of document.querySelectorAll("code[data-copy]")) addCopyButton(line, () => line.dataset.copy);
  for (const section of document.querySelectorAll(".try")) openConsoles(section);
  for (const form of document.querySelectorAll("form.request")) sendRequests(form);
});

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function addCopyButton(beside, text) {
  const button = element("button", { type: "button", className: "copy", textContent: words().copy });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text().trim());
      button.textContent = words().copied;
    } catch {
      button.textContent = words().byHand;
    }
    setTimeout(() => (button.textContent = words().copy), 2000);
  });
  const frame = element("div", { className: "copyable" });
  beside.replaceWith(frame);
  frame.append(beside, button);
}

function openConsoles(section) {
  const template = section.querySelector("template");
  if (!template) return;
  const place = section.querySelector(".consoles");
  const more = section.querySelector(".console-more");
  const open = () => {
    const console = template.content.firstElementChild.cloneNode(true);
    console.setAttribute("aria-label", `${words().connection} ${place.children.length + 1}`);
    place.append(console);
    bringToLife(console);
    return console;
  };
  open();
  more.hidden = false;
  more.addEventListener("click", () => {
    open().querySelector("input").focus();
    more.hidden = place.children.length >= 4;
  });
}

/** A name that nobody has, most likely. */
function visitor() {
  return `visitor-${Math.random().toString(36).slice(2, 6)}`;
}

function bringToLife(console) {
  const [connecting, sending] = console.querySelectorAll("form");
  const state = console.querySelector(".console-state");
  const log = console.querySelector(".console-log");
  const name = visitor();
  let socket = null;

  const { where, address } = connecting.elements;
  const { sample, frame } = sending.elements;
  const switchButton = connecting.querySelector("button");
  const take = () => (address.value = where.value.replace("{username}", name));
  where.addEventListener("change", take);
  take();
  where.closest("label").hidden = where.options.length < 2;
  const show = () => (frame.value = sample.value);
  sample.addEventListener("change", show);
  show();

  const note = (direction, text) => {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    const time = new Date().toLocaleTimeString([], { hour12: false });
    const sign = { in: words().received, out: words().sent, info: "" }[direction];
    log.append(
      element(
        "p",
        { className: `frame frame-${direction}` },
        element("time", { textContent: time }),
        element("span", { className: "frame-direction", textContent: sign }),
        element("code", { textContent: text }),
      ),
    );
    while (log.children.length > SHOWN) log.firstElementChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
  };
  const say = (text) => (state.textContent = text);

  connecting.addEventListener("submit", (event) => {
    event.preventDefault();
    if (socket) {
      socket.close(1000);
      return;
    }
    let opening;
    try {
      opening = new WebSocket(address.value);
    } catch (error) {
      say(`${words().noAddress} ${error.message}`);
      return;
    }
    socket = opening;
    let opened = false;
    switchButton.textContent = words().disconnect;
    say(words().connecting);
    opening.addEventListener("open", () => {
      opened = true;
      say(words().connected);
      frame.focus();
    });
    opening.addEventListener("message", ({ data }) => note("in", typeof data === "string" ? data : words().bytes));
    opening.addEventListener("close", ({ code, reason }) => {
      socket = null;
      switchButton.textContent = words().connect;
      say(
        opened
          ? `${words().closed} ${code}${reason ? `: ${reason}` : "."}`
          : words().refused,
      );
    });
  });

  sending.addEventListener("submit", (event) => {
    event.preventDefault();
    if (socket?.readyState !== WebSocket.OPEN) {
      say(words().connectFirst);
      return;
    }
    socket.send(frame.value);
    note("out", frame.value);
  });
  frame.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      sending.requestSubmit();
    }
  });
}

function sendRequests(form) {
  const answer = form.querySelector("output");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { path, body } = form.elements;
    const request = { method: form.dataset.method };
    if (body) Object.assign(request, { body: body.value, headers: { "content-type": "application/json" } });
    try {
      const response = await fetch(path.value, request);
      answer.textContent = `${response.status} ${response.statusText}\n${await response.text()}`;
    } catch (error) {
      answer.textContent = `${words().noAnswer} ${error.message}`;
    }
  });
}
