# The image in which generated Go runs: Go and its own tools. Python is there for
# the program that supervises a run, which arrives with the run.
ARG BASE_IMAGE=golang:1.22-bookworm
FROM ${BASE_IMAGE}
RUN command -v python3 >/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends python3 \
         && rm -rf /var/lib/apt/lists/*; }
COPY toolkit /opt/toolkit
RUN mkdir -p /work && chmod 0755 /work
USER 65534:65534
WORKDIR /work
