# The image in which generated Rust runs: rustc, rustfmt, clippy and llvm tools. Python is there for
# the program that supervises a run, which arrives with the run.
ARG BASE_IMAGE=rust:1-slim
FROM ${BASE_IMAGE}
RUN command -v python3 >/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends python3 \
         && rm -rf /var/lib/apt/lists/*; }
RUN if command -v rustup >/dev/null; then rustup component add llvm-tools rustfmt clippy; fi
COPY toolkit /opt/toolkit/site-packages
RUN mkdir -p /work && chmod 0755 /work
USER 65534:65534
WORKDIR /work
