# The image in which generated JavaScript runs: Node and its own test runner. Python is there for
# the program that supervises a run, which arrives with the run.
ARG BASE_IMAGE=node:22-slim
FROM ${BASE_IMAGE}
RUN command -v python3 >/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends python3 \
         && rm -rf /var/lib/apt/lists/*; }
# A formatter, where the base brings npm and a network is there; without it form is not judged.
RUN command -v npm >/dev/null && npm install --global --silent prettier@3 || true
COPY toolkit /opt/toolkit/site-packages
RUN mkdir -p /work && chmod 0755 /work
USER 65534:65534
WORKDIR /work
CMD ["node"]
