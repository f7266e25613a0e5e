# The image in which generated Python runs: an interpreter, pytest, hypothesis and
# coverage. Nothing else is baked in; the program that supervises a run arrives with the run.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}
# Called site-packages, or hypothesis takes all of it for code under test and reads it for constants.
COPY toolkit /opt/toolkit/site-packages
RUN python3 -m compileall -q /opt/toolkit/site-packages \
    && mkdir -p /work && chmod 0755 /work \
    && { command -v python || ln -s "$(command -v python3)" /usr/local/bin/python; }
ENV PYTHONDONTWRITEBYTECODE=1
USER 65534:65534
WORKDIR /work
CMD ["python3"]
