"""Where the program begins that `budai.spec` bundles: workers of `multiprocessing` are this file started again."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a worker goes no further

    from app.cli import main

    raise SystemExit(main())
