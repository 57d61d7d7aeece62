// Prints the path of a Chromium that needs nothing from the system: unpacked once, from the npm package.
// The package unpacks into the folder for temporary files; TMPDIR names another.
import chromium from "@sparticuz/chromium";

process.stdout.write(await chromium.executablePath());
