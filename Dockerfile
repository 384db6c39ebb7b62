# The pages' style sheet and scripts are built with Node.js and copied in; it does not run in service.
FROM node:22-slim AS static
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static_src static_src
COPY static static
COPY scripts scripts
RUN npm run build

FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* && useradd --create-home app
WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt
COPY . .
COPY --from=static /app/static/build static/build
RUN mkdir -p var && chown app var && SECRET_KEY=build python manage.py collectstatic --noinput --ignore rest_framework
USER app
EXPOSE 8000
CMD ["gunicorn", "bucks_cs.wsgi", "--bind", "0.0.0.0:8000"]
