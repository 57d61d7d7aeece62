/* An MCP server as small as possible: initialize, tools/list, and one tool that gives back the text it is given. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *output;
static size_t filled, room;

static void add(const char *bytes, size_t length) {
    if (filled + length > room) output = realloc(output, room = 2 * (filled + length));
    memcpy(output + filled, bytes, length);
    filled += length;
}

static void flush(void) {
    for (size_t done = 0; done < filled;) {
        ssize_t written = write(1, output + done, filled - done);
        if (written < 0) _exit(1);
        done += written;
    }
    filled = 0;
}

/* The bytes between `before` and `after` in a line; NULL where there are none. */
static const char *between(const char *line, size_t length, const char *before, const char *after, size_t *found) {
    const char *start = memmem(line, length, before, strlen(before));
    if (!start) return NULL;
    start += strlen(before);
    const char *end = memmem(start, line + length - start, after, strlen(after));
    *found = (end ? end : line + length) - start;
    return start;
}

static const char *id_of(const char *line, size_t length, size_t *found) {
    const char *start = between(line, length, "\"id\":", ",", found);
    if (!start) return NULL;
    while (*found && *start == ' ') start++, --*found;
    const char *brace = memchr(start, '}', *found);
    if (brace) *found = brace - start;
    return start;
}

/* The JSON string behind `before`, with its quotes; NULL where there is none. */
static const char *string_after(const char *line, size_t length, const char *before, size_t *found) {
    const char *start = memmem(line, length, before, strlen(before)), *end = line + length, *quote;
    if (!start || !(start = memchr(start + strlen(before), '"', end - start - strlen(before)))) return NULL;
    for (quote = start + 1; (quote = memchr(quote, '"', end - quote)); quote++) {
        const char *back = quote;
        while (back[-1] == '\\') back--;
        if ((quote - back) % 2 == 0) break; /* not an escaped one */
    }
    *found = quote ? quote + 1 - start : 0;
    return quote ? start : NULL;
}

static void answer(const char *line, size_t length) {
    size_t id_length, text_length = 0;
    const char *id = id_of(line, length, &id_length), *text, *head;
    if (!id) return; /* a notification */
    add("{\"jsonrpc\":\"2.0\",\"id\":", 22);
    add(id, id_length);
    if (memmem(line, length < 120 ? length : 120, "\"initialize\"", 12)) {
        head = ",\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
               "\"serverInfo\":{\"name\":\"echo\",\"version\":\"1\"}}}\n";
        add(head, strlen(head));
    } else if (memmem(line, length < 120 ? length : 120, "\"tools/list\"", 12)) {
        head = ",\"result\":{\"tools\":[{\"name\":\"echo\",\"description\":\"gives it back\",\"inputSchema\":"
               "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},\"required\":[\"text\"]}}]}}\n";
        add(head, strlen(head));
    } else if ((text = string_after(line, length, "\"text\":", &text_length))) {
        head = ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":";
        add(head, strlen(head));
        add(text, text_length);
        add("}]}}\n", 5);
    } else {
        add(",\"result\":{}}\n", 14);
    }
}

int main(void) {
    size_t size = 1 << 20, held = 0;
    char *input = malloc(size);
    ssize_t length;
    while ((length = read(0, input + held, size - held)) > 0) {
        char *line = input, *end = input + held + length, *newline;
        while ((newline = memchr(line, '\n', end - line))) {
            answer(line, newline - line);
            line = newline + 1;
        }
        flush();
        held = end - line;
        memmove(input, line, held);
        if (held == size) input = realloc(input, size *= 2);
    }
    return 0;
}
