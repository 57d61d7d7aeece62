/** `call` runs `work` at once, and again at most every `ms`, the last time behind the last call. */
export function throttled(work: () => void, ms: number): { call: () => void; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const rest = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        work();
        rest();
      }
    }, ms);
  };
  return {
    call: () => {
      if (timer === undefined) {
        work();
        rest();
      } else {
        again = true;
      }
    },
    cancel: () => {
      clearTimeout(timer);
      timer = undefined;
      again = false;
    },
  };
}
