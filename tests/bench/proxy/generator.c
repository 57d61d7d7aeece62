/* The client of all rows: generator BYTES CALLS WINDOW plain|escaped COMMAND [ARG...]
 *
 * Starts COMMAND, speaks the real handshake, warms up, then times tools/call of about BYTES each.
 * WINDOW 1: each call awaited, its round trip timed. Else: so many in flight, frames of both directions counted.
 * Prints: microseconds from exec to the first reply, p50 and p99 of a round trip in microseconds, frames a second.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP = 300, ID_DIGITS = 8, LONGEST_ANSWER = 1 << 20 };

static int to_server, from_server;
static char *request, *answers;
static size_t request_length, held;
static char *id_place;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static void fail(const char *what) {
    fprintf(stderr, "generator: %s\n", what);
    exit(1);
}

static void spawn(char **command) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) fail("no pipe");
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(in[0], 0);
        dup2(out[1], 1);
        execvp(command[0], command);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_server = in[1];
    from_server = out[0];
}

static void send_all(const char *bytes, size_t length) {
    while (length) {
        ssize_t written = write(to_server, bytes, length);
        if (written < 0) fail("the command reads no more");
        bytes += written;
        length -= written;
    }
}

/* One line, whatever it is; what was read behind it is kept. */
static void read_line(void) {
    char *newline;
    static size_t taken;
    memmove(answers, answers + taken, held -= taken);
    taken = 0;
    size_t seen = 0;
    while (!(newline = memchr(answers + seen, '\n', held - seen))) {
        seen = held;
        if (held == LONGEST_ANSWER) fail("an answer is too long");
        ssize_t length = read(from_server, answers + held, LONGEST_ANSWER - held);
        if (length <= 0) fail("the command has ended");
        held += length;
    }
    taken = newline + 1 - answers;
}

/* Until the answer to `id` comes: peers also send notifications. */
static void await(long id) {
    char spaced[32], tight[32];
    snprintf(tight, sizeof tight, "\"id\":%ld", id);
    snprintf(spaced, sizeof spaced, "\"id\": %ld", id);
    do {
        read_line();
        char *line = answers, *end = memchr(answers, '\n', held);
        if (memmem(line, end - line, tight, strlen(tight)) || memmem(line, end - line, spaced, strlen(spaced))) return;
    } while (1);
}

static void build_request(size_t bytes, int escaped) {
    const char *head = "{\"jsonrpc\":\"2.0\",\"id\":10000000,\"method\":\"tools/call\","
                       "\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"";
    const char *json = "{\\\"key\\\":\\\"va\\\\nlue\\\"}, ", *plain = "the quick brown fox, ";
    const char *text = escaped ? json : plain;
    size_t unit = strlen(text);
    request = malloc(bytes + 256);
    char *at = stpcpy(request, head);
    while ((size_t)(at - request) + unit + 5 <= bytes) at = stpcpy(at, text);
    while ((size_t)(at - request) + 5 < bytes) *at++ = '.';
    at = stpcpy(at, "\"}}}\n");
    request_length = at - request;
    id_place = strstr(request, "10000000");
}

static void set_id(char *place, long id) {
    for (int i = ID_DIGITS - 1; i >= 0; i--, id /= 10) place[i] = '0' + id % 10;
}

static void handshake(void) {
    const char *initialize =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\","
        "\"capabilities\":{},\"clientInfo\":{\"name\":\"generator\",\"version\":\"1\"}}}\n";
    const char *initialized = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n";
    send_all(initialize, strlen(initialize));
    await(1);
    send_all(initialized, strlen(initialized));
}

static int by_size(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static double call(long id) {
    set_id(id_place, id);
    double start = now();
    send_all(request, request_length);
    await(id);
    return now() - start;
}

static void one_after_the_other(long calls, double *p50, double *p99, double *rate) {
    double *times = calloc(calls, sizeof *times), start = now();
    for (long i = 0; i < calls; i++) times[i] = call(20000000 + i);
    *rate = 2e6 * calls / (now() - start);
    qsort(times, calls, sizeof *times, by_size);
    *p50 = times[calls / 2];
    *p99 = times[calls * 99 / 100];
}

static long newlines(const char *bytes, size_t length) {
    long count = 0;
    for (const char *end = bytes + length; (bytes = memchr(bytes, '\n', end - bytes)); bytes++) count++;
    return count;
}

/* Requests wait in a ring of `window` copies; neither side ever waits for the other with a full pipe. */
static double in_flight(long calls, long window) {
    char *ring = malloc(window * request_length), *chunk = malloc(1 << 16);
    for (long i = 0; i < window; i++) memcpy(ring + i * request_length, request, request_length);
    size_t whole = window * request_length, sent = 0, total = calls * request_length;
    long answered = 0;
    fcntl(to_server, F_SETFL, O_NONBLOCK);
    double start = now();
    while (answered < calls) {
        size_t allowed = (answered + window) * request_length;
        if (allowed > total) allowed = total;
        while (sent < allowed) {
            size_t at = sent % whole, length = allowed - sent;
            size_t rest = request_length - sent % request_length; /* clients write message by message */
            if (length > rest) length = rest;
            if (rest == request_length) set_id(ring + at + (id_place - request), 30000000 + sent / request_length);
            ssize_t written = write(to_server, ring + at, length);
            if (written < 0) break;
            sent += written;
        }
        struct pollfd both[2] = {{from_server, POLLIN, 0}, {to_server, sent < allowed ? POLLOUT : 0, 0}};
        poll(both, 2, -1);
        if (both[0].revents) {
            ssize_t length = read(from_server, chunk, 1 << 16);
            if (length <= 0) fail("the command has ended");
            answered += newlines(chunk, length);
        }
    }
    return 2e6 * calls / (now() - start);
}

int main(int count, char **arguments) {
    if (count < 6) fail("usage: generator BYTES CALLS WINDOW plain|escaped COMMAND [ARG...]");
    long calls = atol(arguments[2]), window = atol(arguments[3]);
    double p50 = 0, p99 = 0, rate = 0;
    answers = malloc(LONGEST_ANSWER);
    signal(SIGPIPE, SIG_IGN);
    double start = now();
    spawn(arguments + 5);
    handshake();
    double first_reply = now() - start;
    build_request(atol(arguments[1]), !strcmp(arguments[4], "escaped"));
    for (long i = 0; calls && i < WARM_UP; i++) call(10000000 + i);
    if (calls && window == 1) one_after_the_other(calls, &p50, &p99, &rate);
    if (calls && window > 1) rate = in_flight(calls, window);
    printf("%.1f %.2f %.2f %.0f\n", first_reply, p50, p99, rate);
    return 0;
}
