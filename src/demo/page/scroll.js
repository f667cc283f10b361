// Keeps a list of messages scrolled to its end while it is at the end, and otherwise leaves it.

/** Distance from the end, in pixels, within which a new message scrolls the list. */
const nearEnd = 160;

/** `follow()` keeps the list at its end after the user has written, until they scroll. */
export function createScroll(list) {
  let follows = false;
  list.addEventListener('wheel', () => {
    follows = false;
  });
  return {
    follow: () => {
      follows = true;
    },
    forget: () => {
      follows = false;
    },
    isAtEnd: () => follows || list.scrollHeight - list.scrollTop - list.clientHeight < nearEnd,
    toEnd: () => toEnd(list),
  };
}

/** Images load later than text and change the height, so the list scrolls again when they are loaded. */
function toEnd(list) {
  const down = () => {
    list.scrollTop = list.scrollHeight;
  };
  down();
  for (const picture of list.querySelectorAll('img:not([data-seen])')) {
    picture.dataset.seen = '';
    if (!picture.complete) picture.addEventListener('load', down, { once: true });
  }
}
