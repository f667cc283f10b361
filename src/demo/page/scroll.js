// Keeps a list of messages at its end for who is there, and leaves everybody else where they read.

/** How near to the end one must be to be taken along when a message comes. */
const nearEnd = 160;

/** `follow()` is for who has just written and wants to see what comes of it, until they scroll. */
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

/** Pictures come later than the words and push them up, so it is done again when they are there. */
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
